/* Training of convolutional nets: probes change nothing, and batch normalization does not
 * hide what is dead. */
#include "train_fixture.h"

#include "harness/probes/look.h"
#include "harness/probes/probe.h"
#include "models/layers.h"

enum { CHANNELS = 8, LOOKED_AT = 32 };

static ag_settings picture_settings(const char *model, const char *normalization,
                                    const char *place) {
    ag_settings s = settings_of("relu", 2);
    s.model = choose(&ag_models, model);
    set(&s.model, "width", CHANNELS);
    set_word(&s.model, "normalization", normalization);
    set_word(&s.model, "normalization_place", place);
    return s;
}

static ag_data pictures(void) {
    ag_data data = data_set();
    data.shape = (ag_shape){1, 2, 3};
    return data;
}

static void test_probes_change_nothing(const char *model) {
    const ag_data data = pictures();
    uint64_t bits[3];
    for (int how = 0; how < 3; how++) {
        ag_settings s = picture_settings(model, "batch", "before");
        set(&s.model, "dropout", 0.2);
        s.probes.on = how > 0;
        s.probes.every = how == 2 ? 1 : 0;
        s.probes.histograms = s.probes.channels = how == 2;
        s.probes.examples = how == 2 ? 33 : 64;
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        CHECK(run.outcome == AG_FINISHED, "%s: outcome %d", model, (int)run.outcome);
        bits[how] = ag_digest(run.step_loss, (size_t)run.step * sizeof(float), digest(&run));
        ag_arena_close(&arena);
    }
    CHECK(bits[1] == bits[0] && bits[2] == bits[0], "%s: probes changed the training", model);
}

static void test_learns(void) {
    const ag_data data = pictures();
    ag_settings s = picture_settings("cnn", "batch", "before");
    s.training.epochs = 40;
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    const double first = run.rows[0].train_loss, last = run.rows[run.n_rows - 1].train_loss;
    CHECK(first > 1.0 && last < 0.8, "loss %g to %g", first, last);
    ag_arena_close(&arena);
}

/* A net of one convolution whose first channels are put out of action by hand: through
 * the shift in front of the activation, whichever layer has it. */
static void check_dead(const char *normalization, const char *place, int n_dead) {
    const ag_data data = pictures();
    ag_settings s = picture_settings("cnn", normalization, place);
    set(&s.model, "depth", 1);
    s.training.epochs = 1;
    ag_arena arena;
    ag_training_run run = train(&s, &data, &arena);
    ag_net *net = &run.net;
    /* Biases lie in the order of the layers: the first is the one in front of the relu,
     * the convolution's or the normalization's. */
    ag_real *shift = net->parameters + net->role[AG_ROLE_BIAS].offset;
    for (int c = 0; c < CHANNELS; c++)
        shift[c] = c < n_dead ? -1000 : 0.5F;
    ag_look *look = ag_look_new(net, &arena);
    *net->mode = (ag_mode){.observer = ag_look_begin(look, true, false)};
    ag_net_forward(net, LOOKED_AT, data.validation.x);
    const ag_stage *stage = &net->stages[0];
    ag_tally tally[CHANNELS] = {0};
    ag_tally_add(stage, LOOKED_AT, tally);
    const ag_view view = {.dead = ag_look_seen(look, 0).dead};
    const double share =
        ag_probe_of(ag_catalogue_find(&ag_probes, "dead_fraction"))->observe(&view, stage);
    CHECK(share == (double)n_dead / CHANNELS, "%s %s: %g dead, not %d of %d", normalization, place,
          share, n_dead, CHANNELS);
    for (int c = 0; c < CHANNELS; c++)
        CHECK((tally[c].live == 0) == (c < n_dead), "%s %s: channel %d", normalization, place, c);
    ag_arena_close(&arena);
}

static void test_dead(void) {
    for (int n_dead = 0; n_dead <= CHANNELS; n_dead += 3) {
        check_dead("none", "before", n_dead);
        check_dead("batch", "before", n_dead);
        check_dead("batch", "after", n_dead);
        check_dead("layer", "after", n_dead);
    }
}

int main(void) {
    test_probes_change_nothing("cnn");
    test_probes_change_nothing("resnet8");
    test_learns();
    test_dead();
    return check_report();
}
