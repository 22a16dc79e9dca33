// What every page of who is signed in has: its keys, the command palette, live parts, buttons that copy.
import "./shell/keys.js";
import "./shell/palette.js";
import "./shell/live.js";
import "./shell/copy.js";
