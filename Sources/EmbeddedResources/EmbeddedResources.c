#include "EmbeddedResources.h"

#include <string.h>

// Files are embedded by the compiler, so the binary can be moved on its own.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char digits[] = {
#embed "data/digits.csv.gz"
};


static const unsigned char scene_digits[] = {
#embed "../../scenes/digits.yaml"
};

static const unsigned char scene_spirals[] = {
#embed "../../scenes/spirals.yaml"
};

static const unsigned char scene_sine[] = {
#embed "../../scenes/sine.yaml"
};

static const unsigned char scene_fashion[] = {
#embed "../../scenes/fashion.yaml"
};

static const unsigned char scene_rescaled[] = {
#embed "../../scenes/rescaled.yaml"
};

static const unsigned char scene_resnet[] = {
#embed "../../scenes/resnet.yaml"
};

static const unsigned char scene_plain[] = {
#embed "../../scenes/plain.yaml"
};

static const unsigned char scene_small_batch[] = {
#embed "../../scenes/small-batch.yaml"
};

static const unsigned char scene_large_batch[] = {
#embed "../../scenes/large-batch.yaml"
};

static const unsigned char report_page_html[] = {
#embed "data/report/page.html"
};

static const unsigned char report_slice_html[] = {
#embed "data/report/slice.html"
};

static const unsigned char report_page_css[] = {
#embed "data/report/page.css"
};

static const unsigned char report_contours_js[] = {
#embed "data/report/contours.js"
};

static const unsigned char report_numbers_js[] = {
#embed "data/report/numbers.js"
};

static const unsigned char report_slice_js[] = {
#embed "data/report/slice.js"
};

static const unsigned char report_labels_js[] = {
#embed "data/report/labels.js"
};

static const unsigned char report_plot_js[] = {
#embed "data/report/plot.js"
};

static const unsigned char report_page_js[] = {
#embed "data/report/page.js"
};

static const embedded_resource resources[] = {
    {"digits.csv.gz", digits, sizeof digits},
    {"scenes/digits.yaml", scene_digits, sizeof scene_digits},
    {"scenes/spirals.yaml", scene_spirals, sizeof scene_spirals},
    {"scenes/sine.yaml", scene_sine, sizeof scene_sine},
    {"scenes/fashion.yaml", scene_fashion, sizeof scene_fashion},
    {"scenes/rescaled.yaml", scene_rescaled, sizeof scene_rescaled},
    {"scenes/resnet.yaml", scene_resnet, sizeof scene_resnet},
    {"scenes/plain.yaml", scene_plain, sizeof scene_plain},
    {"scenes/small-batch.yaml", scene_small_batch, sizeof scene_small_batch},
    {"scenes/large-batch.yaml", scene_large_batch, sizeof scene_large_batch},
    {"report/page.html", report_page_html, sizeof report_page_html},
    {"report/slice.html", report_slice_html, sizeof report_slice_html},
    {"report/page.css", report_page_css, sizeof report_page_css},
    {"report/contours.js", report_contours_js, sizeof report_contours_js},
    {"report/numbers.js", report_numbers_js, sizeof report_numbers_js},
    {"report/slice.js", report_slice_js, sizeof report_slice_js},
    {"report/labels.js", report_labels_js, sizeof report_labels_js},
    {"report/plot.js", report_plot_js, sizeof report_plot_js},
    {"report/page.js", report_page_js, sizeof report_page_js},
};

size_t embedded_resource_count(void) { return sizeof resources / sizeof resources[0]; }

embedded_resource embedded_resource_at(size_t index) {
  embedded_resource none = {0, 0, 0};
  return index < embedded_resource_count() ? resources[index] : none;
}

embedded_resource embedded_resource_named(const char *name) {
  for (size_t i = 0; i < embedded_resource_count(); i++)
    if (strcmp(resources[i].name, name) == 0) return resources[i];
  return embedded_resource_at(embedded_resource_count());
}
