package io.forelog.replication;

/** What the commit thread does one after another. */
sealed interface CommitStep permits AppendCommand, ReleaseCommand {}
