/**
 * What can go wrong with a call on a log, one type for each thing that a caller would do differently. The
 * server turns each into one status and one problem document.
 *
 * <p>Imports {@code record} only.
 */
@NullMarked
package io.forelog.error;

import org.jspecify.annotations.NullMarked;
