/**
 * The one place where prefetch and cache meet: reads go to the model, guesses to the read path, and what became of
 * them back to the model.
 */
@NullMarked
package io.forelog.server.ahead;

import org.jspecify.annotations.NullMarked;
