#!/bin/bash
# actgrid datasets: list, info, path, export, and fetch from a server on 127.0.0.1.
set -u
program=${AG_PROGRAM:?}
folder=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server"; rm -rf "$folder"' EXIT
real=${ACTGRID_DATA:-}
unset ACTGRID_DATA ACTGRID_MIRROR
export XDG_CACHE_HOME=$folder/cache no_proxy='*'
checks=0 failed=0

# expect CODE PATTERN WORDS...: exit code, and a pattern that both streams together match
expect() {
    local code=$1 pattern=$2
    shift 2
    "$program" datasets "$@" >"$folder/out" 2>"$folder/err" </dev/null
    local got=$?
    checks=$((checks + 1))
    if [ $got -ne "$code" ] || ! cat "$folder/out" "$folder/err" | grep -qE -- "$pattern"; then
        failed=$((failed + 1))
        echo "datasets $*: exit code $got, must be $code; must match: $pattern"
        sed 's/^/    /' "$folder/out" "$folder/err" | head -20
    fi
}

# check WHAT COMMAND...
check() {
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" && return
    failed=$((failed + 1))
    echo "not true: $what"
}

# --- list, info, path
expect 0 '^mnist1d +5000 +40 +10 +generated'
expect 0 '^mnist .*not found .*actgrid datasets fetch mnist' list
expect 0 '"name": "xor"' list --json
expect 0 'examples +3600 train, 400 validation, 1000 test' info mnist1d
expect 0 'examples +60000 train, 10000 test' info mnist
expect 0 '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609' info mnist
expect 0 'shape +5$' info blobs features=5
expect 0 '"train": 20,' info xor samples=40 test=10 validation=10 --json
expect 0 "^$folder/cache/actgrid/datasets\$" path
expect 3 "4 files of mnist .*fetch mnist" path mnist
expect 0 'generated' path xor
expect 0 'files of your own' path csv
expect 3 'fetch uci' path uci

# --- mistakes
expect 2 "'lst' must be list, info.*did you mean 'list'" lst
expect 2 'info needs the NAME' info
expect 2 "unknown dataset 'mnits'.*did you mean 'mnist'" info mnits
expect 2 "xor has no parameter 'sample'.*'samples'" info xor sample=3
expect 2 'samples is 0, must be 4 to' info xor samples=0
expect 2 'must be a parameter' info xor 40
expect 2 'multiple of 10' export mnist1d samples=15
expect 2 'nothing is left' info xor samples=10 validation=8
expect 2 "'samples' is given twice" info xor samples=10 samples=11
expect 2 'must be csv, npz or h5' export xor --format xls
expect 2 'npz cannot go to the standard output' export xor --format npz
expect 2 'fetch needs the NAME' fetch
expect 2 "'fashionmnist'.*did you mean" fetch fashionmnist
expect 3 'fetch mnist' export mnist

# --- export
expect 0 '^f0,f1,label$' export xor samples=8
check "9 lines" [ "$(wc -l <"$folder/out")" -eq 9 ]
expect 0 '8 training and 0 test' export xor samples=8 -o "$folder/xor.csv"
check "file and standard output agree" cmp -s "$folder/xor.csv" <("$program" datasets export xor samples=8)
expect 3 'xor.csv exists; nothing is overwritten' export xor samples=9 -o "$folder/xor.csv"
check "the old file is untouched" [ "$(wc -l <"$folder/xor.csv")" -eq 9 ]
expect 3 'cannot write' export xor -o "$folder/no/such/folder.csv"
expect 0 '4000 training and 1000 test' export mnist1d -o "$folder/m.csv"
expect 0 '4000 training' export mnist1d -o "$folder/m.npz"
expect 0 '4000 training' export mnist1d -o "$folder/m.h5"
expect 0 '8 training' export xor samples=8 -o "$folder/x.npz"
expect 0 '8 training' export xor samples=8 -o "$folder/x.dat" --format h5
expect 0 '4000 training' export mnist1d -o "$folder/again.npz"
check "the same data give the same npz" cmp -s "$folder/m.npz" "$folder/again.npz"
check "no temporary files" [ -z "$(find "$folder" -name '*.part-*')" ]
if [ -c /dev/full ]; then
    "$program" datasets export xor >/dev/full 2>"$folder/err"
    check "a full disk is an error" [ $? -eq 3 ]
fi

python=
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import numpy, h5py' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
    check "csv, npz and h5 hold the same numbers" "$python" - "$folder" <<'PYTHON'
import sys, numpy, h5py
folder = sys.argv[1]
csv = numpy.loadtxt(folder + "/m.csv", delimiter=",", skiprows=1)
npz, h5 = numpy.load(folder + "/m.npz"), h5py.File(folder + "/m.h5", "r")
assert sorted(npz.files) == sorted(h5) == ["x", "x_test", "y", "y_test"]
for name in h5:
    a, b = npz[name], h5[name][...]
    assert a.dtype == b.dtype == (numpy.int64 if name[0] == "y" else numpy.float64), name
    assert a.shape == b.shape and (a == b).all(), name
assert npz["x"].shape == (4000, 40) and npz["x_test"].shape == (1000, 40)
assert (csv[:4000, :40] == npz["x"]).all() and (csv[4000:, :40] == npz["x_test"]).all()
assert (csv[:4000, 40] == npz["y"]).all() and (csv[4000:, 40] == npz["y_test"]).all()
assert abs(npz["x"][0][0] + 0.3320056673693902) < 1e-12 and npz["y"][0] == 2
small, plain = numpy.load(folder + "/x.npz"), h5py.File(folder + "/x.dat", "r")
assert small["x_test"].shape == plain["x_test"].shape == (0, 2)
assert small["y_test"].shape == plain["y_test"].shape == (0,)
PYTHON
else
    echo "skipped: reading exported files, because python3 with numpy and h5py is not here"
fi

# --- fetch
ACTGRID_MIRROR=http://127.0.0.1:1 expect 3 'could not fetch train-images-idx3-ubyte.gz of mnist \(1 mirror' fetch mnist
expect 0 'xor is generated: there is nothing to fetch' fetch xor

# A server for what lies in $folder/www; sets $server and $mirror.
serve() {
    python3 -u - "$folder/www" >"$folder/port" 2>/dev/null <<'PYTHON' &
import sys, os, http.server
os.chdir(sys.argv[1])
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
print(s.server_address[1], flush=True)
s.serve_forever()
PYTHON
    server=$!
    for _ in $(seq 100); do
        [ -s "$folder/port" ] && break
        sleep 0.1
    done
    mirror=http://127.0.0.1:$(cat "$folder/port")
}

mnist=
for place in ${real//:/ }; do
    [ -f "$place/mnist/train-images-idx3-ubyte.gz" ] && mnist=$place/mnist
done
if ! command -v python3 >/dev/null; then
    echo "skipped: fetching from a server, because python3 is not here"
else
    mkdir -p "$folder/www/mnist"
    serve
    export ACTGRID_MIRROR=$mirror
    images=train-images-idx3-ubyte.gz
    expect 3 "$mirror/mnist/$images: the server answers 404" fetch mnist
    head -c 1000 /dev/zero >"$folder/www/mnist/$images"
    expect 3 "$mirror/mnist/$images: truncated after 1000 of 9912422 bytes" fetch mnist
    head -c 9912422 /dev/zero >"$folder/www/mnist/$images"
    expect 3 "$mirror/mnist/$images: wrong checksum" fetch mnist
    head -c 9912423 /dev/zero >"$folder/www/mnist/$images"
    expect 3 "$mirror/mnist/$images: longer than the published file" fetch mnist
    check "nothing in the cache" [ -z "$(find "$folder/cache" -type f)" ]
    if [ -n "$mnist" ]; then
        cp "$mnist"/*.gz "$folder/www/mnist/"
        chmod u+w "$folder/www/mnist/"*
        expect 0 "$images: fetched from $mirror/mnist/$images" fetch mnist
        check "4 files in the cache" [ "$(find "$folder/cache" -name '*.gz' | wc -l)" -eq 4 ]
        check "nothing else" [ "$(find "$folder/cache" -type f | wc -l)" -eq 4 ]
        expect 0 "$images: already there and right: $folder/cache" fetch mnist
        expect 0 'examples +54000 train, 6000 validation, 10000 test' info mnist
        printf x | dd of="$folder/cache/actgrid/datasets/mnist/$images" bs=1 seek=5000000 conv=notrunc 2>/dev/null
        expect 3 "$folder/cache/actgrid/datasets/mnist/$images is damaged" info mnist
        truncate -s 5000000 "$folder/cache/actgrid/datasets/mnist/$images"
        expect 3 "$images is truncated: it has 5000000 bytes, must have 9912422" export mnist
        expect 0 "$images: fetched from" fetch mnist
        expect 0 '54000 train' info mnist
    else
        echo "skipped: a complete download, because ACTGRID_DATA has no mnist to serve"
    fi
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
