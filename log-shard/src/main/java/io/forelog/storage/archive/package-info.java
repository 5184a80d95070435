/**
 * Where sealed segments go when they are seldom read: objects by name, written whole and read by range, in a
 * directory or an S3-compatible bucket. Knows nothing of what is in them.
 *
 * <p>Imports nothing of ours. The only package that knows the AWS SDK.
 */
@NullMarked
package io.forelog.storage.archive;

import org.jspecify.annotations.NullMarked;
