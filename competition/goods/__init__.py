"""What players own: balances of six currencies and virtual goods, each change a row of their transactions."""
