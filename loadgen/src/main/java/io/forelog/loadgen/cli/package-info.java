/** The command line: options in, exit status out (0 done, 1 failed, 2 wrong use). Decides nothing else. */
@NullMarked
package io.forelog.loadgen.cli;

import org.jspecify.annotations.NullMarked;
