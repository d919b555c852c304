/* What report_print.c has of report_data.c. */
#ifndef AG_REPORT_PRIVATE_H
#define AG_REPORT_PRIVATE_H

#include "results/report/report.h"

ag_status ag_report_print_json(FILE *out, const ag_report *report, ag_error *err);
ag_status ag_report_print_csv(FILE *out, const ag_report *report, ag_error *err);

#endif
