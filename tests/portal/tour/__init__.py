"""The portal's pages one after the other, for what all of them have to hold: how they look, and axe."""
