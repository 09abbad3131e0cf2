"use strict";
// Loaded into Node.js with --require. The docstring of the Python package says what it is for.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const PROVIDER_INDEX = /[\\/]@cdktf[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
const TRAILING_SOURCE_MAP = /\n\/\/# sourceMappingURL=data:\S*\s*$/;

// NODE_OPTIONS may come from a parent process that had the switch on.
if (process.env.CDKTF_LAZY_BINDINGS !== "0") {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (...request) {
    const file = resolve.apply(this, request);
    if (!PROVIDER_INDEX.test(file)) return file;
    const lazy = path.join(path.dirname(file), "lazy-index.js");
    return fs.existsSync(lazy) ? lazy : file;
  };

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, ...rest) {
    const end = source.search(TRAILING_SOURCE_MAP);
    // A slice would keep the whole text in memory; going through a buffer makes a copy.
    const code = end < 0 ? source : Buffer.from(source.slice(0, end)).toString();
    return compile.call(this, code, ...rest);
  };

  process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ??= process.versions.node.split(".")[0];
}
