"""The sandbox process. Imports the engine and the standard library, nothing of the server's."""
