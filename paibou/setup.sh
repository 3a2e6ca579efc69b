#!/bin/sh
# The set-up on a Python that is new enough: the one named, else the first that answers (a pyenv shim may not). In shell,
# because an old Python cannot even read setup.py.
[ $# -gt 0 ] || set -- python3 python3.16 python3.15 python3.14 python3.13 python3.12 python3.11
for python; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exec "$python" -m paibou.setup
done
here=$("$1" -c 'import sys; print(".".join(map(str, sys.version_info[:3])))' 2>/dev/null) && here="是 $here" || here="用不了"
echo "需要 Python 3.11 或更新的版本，这里的 $1 $here。装好新版本后再执行一次，或写明用哪个：make setup PYTHON=python3.11" >&2
exit 1
