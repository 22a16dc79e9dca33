"""The heart: message types, rendering, the delivery decision, inbox, the player consumer."""
