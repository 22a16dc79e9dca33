// What the overview's charts take from uPlot: one file, loaded by that page alone.
export { default } from "uplot";
