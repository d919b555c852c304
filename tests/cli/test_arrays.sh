#!/bin/bash
# Arrays of one's own: what is exported is trained on as what it was exported from; what
# other programs write is read; notes say what was decided.
. "$(dirname "$0")/lib.sh"
real=${ACTGRID_DATA:-}
unset ACTGRID_DATA

cat >own.yaml <<'END'
name: own
dataset: {name: npz, path: blobs.npz, test: 0.2, standardize: feature}
model: {type: mlp, depth: 1, width: 8}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 2}
END

# --- exported in two formats: the same trial, to the last bit, as the set itself
run datasets export blobs -o blobs.npz
expect_code 0
run datasets export blobs -o blobs.h5
expect_code 0
run run own.yaml -o a --progress=none
expect_code 0
expect_err 'note: npz(path=blobs.npz'
expect_err 'y is taken for classes: few different whole numbers (task: auto)'
run run own.yaml dataset.name=hdf5 dataset.path=blobs.h5 -o b --progress=none
expect_code 0
run run own.yaml '~dataset.path' dataset.name=blobs -o c --progress=none
expect_code 0
for store in a b c; do
    run query $store 'select digest, test_loss from trial' --format csv
    cp out $store.csv
done
check "npz and hdf5 train alike" cmp -s a.csv b.csv
check "as the set they were exported from" cmp -s a.csv c.csv
run query a "select value from environment where key like 'data_note.%'" --format csv
expect_out 'y is taken for classes'
run plan own.yaml
expect_out 'y is taken for classes'
run plan own.yaml --json
expect_out '"data_notes": {"npz(path=blobs.npz'

# --- what a file is
run datasets info blobs.h5
expect_out 'use         dataset: {name: hdf5, path: blobs.h5}'
expect_out '1000 x 2'
run datasets info npz path=blobs.npz
expect_out 'note        y is taken for classes'
run datasets list
expect_out 'numpy arrays of your own: {name: npz, path: my.npz}'

# --- mistakes
run plan own.yaml dataset.x=images
expect_code 2
expect_err "has no array 'images'; it has x, y, x_test, y_test"
run plan own.yaml dataset.path=blobs.h5
expect_code 3
expect_err 'blobs.h5 is no .npz file'
run plan own.yaml dataset.layout=chanels_last
expect_code 2
expect_err "'channels_last'"
head -c 2000 blobs.npz >cut.npz
run plan own.yaml dataset.path=cut.npz
expect_code 3
expect_err 'cut.npz is no .npz file, or damaged'

# --- as numpy and h5py write them
python=
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import numpy, h5py' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
    "$python" - <<'PYTHON'
import numpy as np, h5py
rng = np.random.RandomState(3)
y = np.arange(60) % 3
x = (rng.rand(60, 3, 6, 6) * 255).astype("u1")
np.savez("plain.npz", x=x, y=y)
np.savez_compressed("packed.npz", x=np.asfortranarray(x.transpose(0, 2, 3, 1)), y=np.eye(3)[y])
np.save("x.npy", x.astype(">f8"))
np.save("y.npy", y.astype(">i2") * 10 - 5)
with h5py.File("h.h5", "w", libver="latest") as f:
    f.create_dataset("images/x", data=x.astype("f2"), compression="gzip", shuffle=True, chunks=(7, 3, 6, 6))
    f["y"] = y.astype("i4")
    f.create_dataset("lzf", data=x, compression="lzf")
PYTHON
    for choice in "npz path=plain.npz" "npz path=packed.npz" "npy x=x.npy y=y.npy" \
        "hdf5 path=h.h5 x=images/x"; do
        # shellcheck disable=SC2086
        run datasets info $choice
        expect_code 0
        expect_out 'shape       3 x 6 x 6'
        grep '^digest' out >>digests
    done
    check "one set of examples in four files" [ "$(sort -u digests | wc -l)" -eq 1 ]
    run datasets info hdf5 path=h.h5 x=lzf
    expect_code 3
    expect_err "lzf of h.h5 is packed by the filter 32000"
else
    skip "arrays that numpy and h5py write, because python3 with both is not here"
fi

# --- CIFAR-10: which images were tested is said everywhere
if [ -n "$real" ] && ACTGRID_DATA=$real "$actgrid" datasets path cifar10 2>/dev/null | grep -q first1000; then
    export ACTGRID_DATA=$real
    run run own.yaml '~dataset.path' '~dataset.test' dataset.name=cifar10 dataset.standardize=channel \
        dataset.test_part=first1000 training.epochs=1 -o d --progress=none
    expect_code 0
    expect_err 'tested on the first 1,000 of the 10,000 official test images only'
    run query d "select value from environment where key like 'data_note.%'" --format json
    expect_out 'tested on the first 1,000'
else
    skip "cifar10, which is not in ACTGRID_DATA"
fi
finish
