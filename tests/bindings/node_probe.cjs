"use strict";
// Counts the files of providers that Node.js has loaded, for the process that runs jsii's kernel.
process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((file) => file.includes("@cdktf"));
  if (loaded.length) require("node:fs").writeFileSync(process.env.NODE_PROBE, String(loaded.length));
});
