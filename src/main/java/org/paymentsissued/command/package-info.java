/**
 * The commands: one class for each, and what it prints. Knows the whole product; only {@code Application} knows the commands.
 */
package org.paymentsissued.command;
