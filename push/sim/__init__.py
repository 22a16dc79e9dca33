"""A simulator of five push services, as strict as they are, with faults on demand. See README.md here.

It knows nothing of Flint: its modules import each other relatively, so that the folder can be copied.
"""
