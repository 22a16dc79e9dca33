// The old key was AKIAABCDEFGHIJKLMNOP
var apiKey = "q7-Zr2mBxT", kind = "password", note = {secret: "not one, a sentence"};
var url = "https://shop:s3cret@example.com/";
