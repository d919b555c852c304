/* Fashion-MNIST: pictures of clothes in the format of MNIST, and harder. */
#include "datasets/images/idx.h"

static const char *const class_names[] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress",      "Coat", "Sandal",
    "Shirt",       "Sneaker", "Bag",      "Ankle boot", NULL,
};

static const char *const aliases[] = {"fashion-mnist", NULL};

static const char *const mirrors[] = {
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    NULL,
};

/* In the order that ag_idx_load reads them. */
static const ag_data_file files[] = {
    {.name = "train-images-idx3-ubyte.gz",
     .sha256 = "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
     .bytes = 26421880,
     .mirrors = mirrors},
    {.name = "train-labels-idx1-ubyte.gz",
     .sha256 = "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
     .bytes = 29515,
     .mirrors = mirrors},
    {.name = "t10k-images-idx3-ubyte.gz",
     .sha256 = "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
     .bytes = 4422102,
     .mirrors = mirrors},
    {.name = "t10k-labels-idx1-ubyte.gz",
     .sha256 = "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
     .bytes = 5148,
     .mirrors = mirrors},
};

static const ag_param params[] = {AG_DATASET_PARAMS(0.1, 1)};

const ag_dataset ag_data_fashion_mnist = {
    .about = {.name = "fashion_mnist",
              .formula = "pictures of clothes, 28 x 28 grey values",
              .paper = "H. Xiao, K. Rasul, R. Vollgraf, 2017, arXiv:1708.07747",
              .aliases = aliases,
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "MIT, Zalando SE",
    .shape = {1, 28, 28},
    .n_classes = 10,
    .class_names = class_names,
    .n_train = 60000,
    .n_test = 10000,
    .files = files,
    .n_files = AG_COUNT(files),
    .folder = "fashion-mnist",
    .load = ag_idx_load,
};
