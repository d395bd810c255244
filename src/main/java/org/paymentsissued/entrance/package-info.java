/**
 * What every HTTP request passes before console, API or Web Connector see it: which host it names, how much of a body is read
 * before a login, how long that may take, and how many guesses at a password count. Knows nothing of payments; console and
 * webconnector know it.
 */
package org.paymentsissued.entrance;
