"""What a game's players play on, as its developers say."""

PLATFORMS = {
    "ios": "iOS",
    "android": "Android",
    "kindle": "Kindle",
    "windows": "Windows",
    "web": "Web",
}
