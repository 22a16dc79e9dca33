// node vm.js SECONDS, given {"text", "answers", "data", "result"}: runs of a script in new contexts of Node's
// vm, which is no sandbox (scripts get out of it); prints how many a CPU second.
const vm = require("vm");

const { text, answers, data, result } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const script = new vm.Script(text);
const texts = Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, JSON.stringify(value)]));
const host = (operation) => JSON.parse(texts[operation]);

function run() {
  const kept = {};
  const player = {
    getScriptData: (name) => host("player.load").scriptData[name],
    setScriptData: () => host("player.save"),
    isOnline: () => host("player.online"),
  };
  const Spark = {
    getData: () => JSON.parse(JSON.stringify(data)),
    getPlayer: () => player,
    getProperties: () => ({ getProperty: () => host("properties.one") }),
    setScriptData: (name, value) => { kept[name] = value; },
  };
  script.runInContext(vm.createContext({ Spark }), { timeout: 5000 });
  if (JSON.stringify(kept) !== JSON.stringify(result)) throw new Error("another result");
}

const until = process.hrtime.bigint() + BigInt(Math.round(Number(process.argv[2]) * 1e9));
const before = process.cpuUsage();
let counted = 0;
for (; process.hrtime.bigint() < until; counted++) run();
const used = process.cpuUsage(before);
console.log(JSON.stringify({ rate: (counted / (used.user + used.system)) * 1e6 }));
