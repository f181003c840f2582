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

static const unsigned char report_html[] = {
#embed "data/report.html"
};

static const unsigned char report_slice_html[] = {
#embed "data/report-slice.html"
};

static const unsigned char report_css[] = {
#embed "data/report.css"
};

static const unsigned char report_js[] = {
#embed "data/report.js"
};

static const embedded_resource resources[] = {
    {"digits.csv.gz", digits, sizeof digits},
    {"scenes/digits.yaml", scene_digits, sizeof scene_digits},
    {"scenes/spirals.yaml", scene_spirals, sizeof scene_spirals},
    {"scenes/sine.yaml", scene_sine, sizeof scene_sine},
    {"scenes/fashion.yaml", scene_fashion, sizeof scene_fashion},
    {"report.html", report_html, sizeof report_html},
    {"report-slice.html", report_slice_html, sizeof report_slice_html},
    {"report.css", report_css, sizeof report_css},
    {"report.js", report_js, sizeof report_js},
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
