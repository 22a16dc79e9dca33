// node socketio.js PORT: whatever one client sends goes to all.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const server = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("news", (data) => server.emit("news", data));
});
http.listen(Number(process.argv[2]), "127.0.0.1", 2048);
