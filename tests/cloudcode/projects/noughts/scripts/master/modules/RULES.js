require("BOARD");
var LINES = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
function wins(board, mark) {
    return LINES.some(function (line) {
        return line.every(function (field) { return board[field] === mark; });
    });
}
function isFull(board) { return board.indexOf(EMPTY) < 0; }
function refuse(code) {
    Spark.setScriptError("PUT", code);
    Spark.exit();
}
