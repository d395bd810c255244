package org.paymentsissued.quickbooks;

/** QuickBooks did not give what was asked for. Nothing is lost: the watermark stays where it was. */
public final class QuickBooksTrouble extends RuntimeException {

    /** What has to happen before it can work. */
    public enum Kind {
        /** It could not be reached, or is busy: the next run goes on. */
        AWAY,
        /** What came back is not an answer of QuickBooks: cut off, an error page, unreadable. */
        NOT_AN_ANSWER,
        /** A person has to change a setting, a login or a permission. */
        CONFIGURATION
    }

    /** What is wrong with a text that is no whole answer. */
    enum Flaw {
        NONE,
        /** It came whole, and single rows are not well-formed: they can be left out. */
        SPOILED_ROWS,
        /** A second answer, or something else, follows the end of the first. */
        GOES_ON_AFTER_ITS_END
    }

    private final Kind kind;
    private final Flaw flaw;

    public QuickBooksTrouble(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    public QuickBooksTrouble(Kind kind, String sentence, Throwable cause) {
        this(kind, sentence, cause, Flaw.NONE);
    }

    QuickBooksTrouble(Kind kind, String sentence, Throwable cause, Flaw flaw) {
        super(sentence, cause);
        this.kind = kind;
        this.flaw = flaw;
    }

    /** The same with what follows from it: that differs between an answer that was asked for and a file that someone dropped. */
    QuickBooksTrouble followedBy(String sentence) {
        return new QuickBooksTrouble(kind, getMessage() + " " + sentence, getCause(), flaw);
    }

    Flaw flaw() {
        return flaw;
    }

    public Kind kind() {
        return kind;
    }
}
