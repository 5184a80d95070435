/**
 * What is done to a cluster, each a class with a beginning and an end. Faults of one {@link
 * io.forelog.loadgen.torture.fault.Lane} come one after another, so that never more than a minority of the nodes is
 * hurt; those of different lanes come at once.
 *
 * <p>Imports {@code torture.cluster} of our own, and nothing of the load: a fault knows nobody whom it harms.
 */
@NullMarked
package io.forelog.loadgen.torture.fault;

import org.jspecify.annotations.NullMarked;
