"""An hour at half of what the server can do, with clients that come and go: what grows, what slows down?"""
