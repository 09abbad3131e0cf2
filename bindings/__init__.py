"""Loads the prebuilt CDKTF provider bindings lazily, so that a Python program starts in seconds.

For any CDKTF program in Python; it depends on the bindings only.

    import bindings

    bindings.install()  # before the first import of cdktf or of a provider
    bindings.start("cdktf_cdktf_provider_aws")  # optional: Node.js works while Python goes on

    from cdktf_cdktf_provider_aws.vpc import Vpc

What it does
    The published packages load everything as soon as anything is asked for: Python imports one
    module per resource type (2,212 for AWS), and the Node.js process behind jsii loads as many
    JavaScript files. `install` changes what follows, in memory only and for this process and its
    children. On disk it adds bytecode files beside those that Python itself writes, and one file
    for Node.js.

    * A provider's parent package imports a submodule when it is first used, the way newer
      versions of jsii generate it. A submodule is compiled so that its type annotations are not
      evaluated (`bindings._packages`).
    * The type hints by which jsii checks arguments are resolved once per function, not once
      per call, as newer versions of jsii do (`bindings._type_hints`). `check_arguments=False`
      leaves those checks out, for a program whose types are checked by other means; what Node.js
      itself checks stays. The library for them is then imported when it is first used.
    * `cdktf` and `constructs` are compiled in the same way, and messages to Node.js are written
      without copying their arguments twice (`bindings._jsii`).
    * After `start`, requests do not wait for the answers to those before them (`bindings._ahead`).
    * Node.js loads the `lazy-index.js` that a provider ships beside its `index.js`
      (`node-hook.cjs`, added to `NODE_OPTIONS` by `bindings._node`).
    * jsii starts Node.js twice: a launcher, and the program whose messages the launcher passes on.
      The hook runs the program in place of the launcher (`bindings/node`, put into `JSII_NODE`),
      and has it read definitions from disk that it would keep in memory.
    * Node.js keeps less in memory: it forgets the source maps inside the JavaScript files, two
      thirds of their text and of use to a debugger only, and it gets a small space for short-lived
      objects (`--max-semi-space-size`, unless you set that yourself).
    * Node.js keeps the bytecode of what it compiles, and the hashes that jsii takes of the packages
      (48 MB), for the next run: a few megabytes in the folder `cdktf-lazy-bindings` of the user's
      cache folder (`code-cache.cjs`).
    * CDKTF looks for tokens only in values that can hold one (`resolve.cjs`).
    * CDKTF notes no JavaScript call stack for each token (they show jsii, never your program), and
      loads the library that zips assets when an asset is zipped.

    jsii's banner about an old version of Node.js is silenced for the version that runs.

Why it is safe
    The generated classes and the synthesized output stay what they are: a test compares the output
    with and without, byte by byte. Parent packages import submodules only
    to make their types known to jsii. jsii looks an unknown type up in a table and imports its
    module; `install` fills that table. Where a package is not what is expected (no `_jsii` folder,
    no `lazy-index.js`, a jsii without the table or with another launcher), it is loaded as
    published.

What it does not do
    It speeds up neither the bindings that `cdktf get` generates into your project nor jsii itself,
    and it does not avoid the first, slow run on a machine, when jsii unpacks the packages into its
    cache. `from cdktf_cdktf_provider_aws import *` still imports everything. A provider's parent
    package has no docstring (its README) and no `_private`.

The successor
    CDK Terrain (cdktn) has the same classes in packages of other names. Where its packages are
    installed and CDKTF's are not, or the environment variable `EKS_PLATFORM_CDK` is `cdktn`, the
    names of CDKTF lead to them (`bindings._product`), and all of the above holds for them.

How to switch it off
    Set the environment variable `CDKTF_LAZY_BINDINGS` to `0`.

Sources
    hashicorp/terraform-cdk issue 3753 (slow imports) and pull request 3012 (`lazy-index.js`);
    aws/jsii issue 3389, pull requests 4181 (JavaScript packages that load lazily), 5110 (parent
    packages that import lazily, table of submodules) and 5177 (type hints resolved once);
    PEP 562 (`__getattr__` of a module); PEP 563 (annotations that are not evaluated).
"""

import importlib
import os
import warnings
from contextlib import suppress

from bindings import _ahead, _node, _packages, _product, _type_hints

__all__ = ["SWITCH", "LateInstallWarning", "install", "node_is_missing", "start", "wait"]

SWITCH = "CDKTF_LAZY_BINDINGS"
"""Name of the environment variable that turns everything off when it is `0`."""


class LateInstallWarning(UserWarning):
    """`install` was called after something slow had been loaded."""


def install(*, check_arguments: bool = True) -> None:
    """Makes every provider package that is imported from now on load lazily.

    Call it first, before anything imports `cdktf` or a provider. Calling it again changes nothing.
    Called too late it still does what it can: packages not imported yet become lazy, those already
    imported stay whole, and a Node.js process that already runs goes on as it is. The program stays
    correct, only slower.

    Args:
        check_arguments: whether Python checks the argument types of the generated classes.

    Raises:
        ValueError: The environment variable `EKS_PLATFORM_CDK` names neither cdktf nor cdktn.

    Warns:
        LateInstallWarning: A provider had been imported, or jsii's Node.js process had been started
            before the first call. It is a warning because nothing else would tell why a program
            takes half a minute to start.
    """
    if os.environ.get(SWITCH) != "0":
        _install_lazy(check_arguments=check_arguments)
    _product.install()


def _install_lazy(*, check_arguments: bool) -> None:
    too_late = [f"{package} is already imported" for package in _packages.imported_whole()]
    if _node.runs_without_hook():
        too_late.append("jsii has already started Node.js")
    _packages.install(check_arguments=check_arguments)
    _node.install()
    _type_hints.install()
    if too_late:
        warnings.warn(
            f"bindings.install() came too late to help in full: {', '.join(too_late)}; "
            "call it before the first import of cdktf or of a provider",
            LateInstallWarning,
            stacklevel=3,
        )


def node_is_missing() -> bool:
    """Whether Node.js is missing, for which jsii would raise a broken pipe error.

    It is the program `node` on the PATH, or the one that the variable JSII_NODE names.
    """
    return _node.is_missing()


def start(*packages: str) -> None:
    """Starts Node.js, which loads packages while Python goes on; call it after `install`.

    From then on Python waits for Node.js only where it needs an answer, for example the token of an
    attribute (`bindings._ahead`). An error of Node.js is raised at the next such place, with a note
    of the line that caused it. To have it raised in that line, leave this call out.

    Args:
        packages: names of packages built with jsii, for example `cdktf_cdktf_provider_aws`. One
            that cannot be imported is skipped: your own import of it raises the error.
    """
    if os.environ.get(SWITCH) == "0":
        return
    _ahead.install()
    with suppress(Exception):
        for package in packages:
            importlib.import_module(package)


def wait() -> None:
    """Waits until Node.js has answered every request, and raises the first error among the answers.

    A program that synthesizes does so anyway; it is for one whose parts should fail apart.
    """
    _ahead.wait()
