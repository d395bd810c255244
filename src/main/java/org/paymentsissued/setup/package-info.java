/**
 * Settings, and the installation they describe: the beans the routes call by name, the database, Camel with the route files.
 * Knows every package that does work; only commands and trials know it.
 */
package org.paymentsissued.setup;
