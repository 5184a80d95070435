/**
 * What a node can be told: every setting with its default and what goes wrong when it is too high or too low,
 * and how settings are read from a file, the environment and flags. Imports only the choices that a
 * setting offers.
 */
@NullMarked
package io.forelog.server.config;

import org.jspecify.annotations.NullMarked;
