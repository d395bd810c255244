package org.paymentsissued.watch;

import java.time.Instant;
import java.util.List;

/**
 * The state of changes to the route files of a running product.
 *
 * @param since     since when it is so
 * @param sentences what is wrong and where, one sentence each; empty if nothing is
 */
public record RouteChanges(State state, Instant since, List<String> sentences) {

    /** How the files compare with the routes that are running. */
    public enum State {
        /** The files in the folder are running. */
        CURRENT("current", "The routes in the folder are running."),
        /** The files in the folder are valid and run as soon as no message is in progress. */
        WAITING("waiting", "A change is valid. It takes effect as soon as current work has finished."),
        /** The files in the folder are wrong; the previous routes keep running. */
        KEPT_OUT("kept-out", "A change is wrong and was not applied. The previous routes are still running."),
        /** Neither the change nor the previous routes could be started: nothing is read or delivered. */
        STOPPED("stopped", "The routes are not running. Correct the file, or restart payments-issued.");

        private final String word;
        private final String sentence;

        State(String word, String sentence) {
            this.word = word;
            this.sentence = sentence;
        }

        public String word() {
            return word;
        }

        /** For people. */
        public String sentence() {
            return sentence;
        }
    }

    public RouteChanges {
        sentences = List.copyOf(sentences);
    }
}
