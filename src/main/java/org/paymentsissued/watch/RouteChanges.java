package org.paymentsissued.watch;

import java.time.Instant;
import java.util.List;

/**
 * What came of changes to the route files of a running product.
 *
 * @param since     since when it is so
 * @param sentences what is wrong and where, a sentence each; empty where nothing is
 */
public record RouteChanges(State state, Instant since, List<String> sentences) {

    /** How the files compare with the routes that are running. */
    public enum State {
        /** What is in the folder runs. */
        CURRENT("current", "The routes in the folder are running."),
        /** What is in the folder is right and runs as soon as no message is under way. */
        WAITING("waiting", "A change is valid. It takes effect as soon as current work has finished."),
        /** What is in the folder is wrong; the routes before it run on. */
        KEPT_OUT("kept-out", "A change is wrong and was not applied. The previous routes are still running."),
        /** Neither the change nor the routes before it could be started: nothing is read or delivered. */
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
