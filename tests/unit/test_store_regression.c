/* What the store says of trials that predict numbers: no accuracy, R2, losses of more
 * than one kind. */
#include "store_fixture.h"

/* A trial without accuracy. The loss is another one, so its values say nothing beside
 * those of a mean squared error. */
static void put_numbers(ag_store *store, const char *activation, const char *loss, uint64_t seed,
                        double val_loss, double r2) {
    fixture f;
    const double none = (double)NAN;
    make(&f, activation, 0.1, seed, none);
    const size_t end = strlen(f.settings) - 1; /* before the last brace */
    snprintf(f.settings + end, sizeof f.settings - end, ",\"training\":{\"loss\":\"%s\"}}", loss);
    f.trial.id = ag_digest(f.settings, strlen(f.settings), 0);
    f.record.training = strcmp(loss, "huber") == 0 ? "epochs=2 loss=huber" : "epochs=2";
    f.record.loss = loss;
    f.record.train_accuracy = f.record.test_accuracy = none;
    f.record.val_loss = f.record.best_val_loss = val_loss;
    f.record.test_loss = 2 * val_loss;
    f.record.val_r2 = r2;
    f.record.test_r2 = r2 - 0.1;
    for (int e = 0; e < EPOCHS; e++) {
        f.epochs[e].train_accuracy = none;
        f.epochs[e].val_loss = val_loss;
        f.epochs[e].val_r2 = r2;
    }
    put(store, &f);
}

static void put_all(void) {
    static const double loss[2][2] = {{0.2, 0.6}, {0.3, 0.3}}; /* relu, tanh */
    ag_store *store = open_store("numbers", "{}", 0, NULL);
    for (uint64_t seed = 0; seed < 2; seed++) {
        put_numbers(store, "relu", "mean_squared_error", seed, loss[0][seed], 1 - loss[0][seed]);
        put_numbers(store, "tanh", "mean_squared_error", seed, loss[1][seed], 1 - loss[1][seed]);
        put_numbers(store, "relu", "huber", seed, 0.1, 0.5); /* the lowest loss, the worst net */
    }
    close_store(store);
}

static void test_order(void) {
    ASK("numbers", "SELECT group_concat(activation || ' ' || training, '; ') FROM leaderboard",
        "tanh epochs=2; relu epochs=2; relu epochs=2 loss=huber");
    ASK_NUMBER("numbers", "SELECT val_r2_mean FROM leaderboard LIMIT 1", 0.7);
    ASK_NUMBER("numbers", "SELECT pow(val_r2_std, 2) FROM leaderboard LIMIT 1 OFFSET 1", 0.08);
    ASK_NUMBER("numbers", "SELECT test_r2_mean FROM leaderboard LIMIT 1", 0.6);
    ASK_NUMBER("numbers", "SELECT pow(test_loss_std, 2) FROM leaderboard LIMIT 1 OFFSET 1", 0.32);
    ASK("numbers", "SELECT count(val_accuracy_mean) FROM leaderboard", "0");
}

static void test_pairs(void) {
    /* 0.2 against 0.3, 0.6 against 0.3: each is better once */
    ASK("numbers", "SELECT activation_a || activation_b || n || a_better || b_better FROM pairs",
        "relutanh211");
    ASK("numbers", "SELECT val_accuracy_difference_mean FROM pairs", "NULL");
    ASK_NUMBER("numbers", "SELECT val_loss_difference_mean FROM pairs", 0.1);
    ASK_NUMBER("numbers", "SELECT pow(val_loss_difference_std, 2) FROM pairs", 0.08);
}

static void test_rest(void) {
    ASK("numbers", "SELECT count(*) FROM best_learning_rate", "3");
    ASK_NUMBER("numbers",
               "SELECT val_r2_mean FROM convergence WHERE epoch = 2 AND activation = 'tanh'", 0.7);
    ASK("numbers", "SELECT loss FROM trial ORDER BY val_loss LIMIT 1", "huber");
    ASK("numbers", "@seeds", "relu"); /* runs without any accuracy */
    ASK("numbers", "@pairs", "relu");
    ASK("numbers", "@best_learning_rate", "relu");
    ASK("numbers", "@convergence", "relu");
}

int main(void) {
    new_folder();
    put_all();
    test_order();
    test_pairs();
    test_rest();
    remove_folder();
    return check_report();
}
