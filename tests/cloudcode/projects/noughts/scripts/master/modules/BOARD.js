const EMPTY = "";
function emptyBoard() {
    var board = [];
    for (var i = 0; i < 9; i++) board.push(EMPTY);
    return board;
}
function linesOf(board) {
    var lines = [];
    for (var row = 0; row < 9; row += 3) {
        lines.push(board.slice(row, row + 3).map(function (mark) { return mark || "."; }).join(""));
    }
    return lines;
}
