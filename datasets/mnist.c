/* MNIST: handwritten digits, 28 x 28 grey values. */
#include "datasets/images/idx.h"

static const char *const class_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};

static const char *const mirrors[] = {
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    NULL,
};

/* In the order that ag_idx_load reads them. */
static const ag_data_file files[] = {
    {.name = "train-images-idx3-ubyte.gz",
     .sha256 = "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
     .bytes = 9912422,
     .mirrors = mirrors},
    {.name = "train-labels-idx1-ubyte.gz",
     .sha256 = "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
     .bytes = 28881,
     .mirrors = mirrors},
    {.name = "t10k-images-idx3-ubyte.gz",
     .sha256 = "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
     .bytes = 1648877,
     .mirrors = mirrors},
    {.name = "t10k-labels-idx1-ubyte.gz",
     .sha256 = "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
     .bytes = 4542,
     .mirrors = mirrors},
};

static const ag_param params[] = {AG_DATASET_PARAMS(0.1, 1)};

const ag_dataset ag_data_mnist = {
    .about = {.name = "mnist",
              .formula = "handwritten digits, 28 x 28 grey values",
              .paper = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, 1998, Proc. IEEE 86:2278, "
                       "doi:10.1109/5.726791",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "CC BY-SA 3.0, Y. LeCun and C. Cortes",
    .shape = {1, 28, 28},
    .n_classes = 10,
    .class_names = class_names,
    .n_train = 60000,
    .n_test = 10000,
    .files = files,
    .n_files = AG_COUNT(files),
    .folder = "mnist",
    .load = ag_idx_load,
};
