/** What people and programs see of a run: tables, plots, histogram logs, a live progress bar. Measures nothing. */
@NullMarked
package io.forelog.loadgen.report;

import org.jspecify.annotations.NullMarked;
