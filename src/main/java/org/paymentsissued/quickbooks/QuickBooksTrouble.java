package org.paymentsissued.quickbooks;

/** QuickBooks did not give what was asked for. Nothing is lost: the watermark stays where it was. */
public final class QuickBooksTrouble extends RuntimeException {

    /** What has to happen before it can work. */
    public enum Kind {
        /** It could not be reached, or is busy: the next run goes on. */
        AWAY,
        /** What came back is not an answer of QuickBooks: cut off, an error page, unreadable. */
        NOT_AN_ANSWER,
        /** A setting, a login or a permission has to be changed by a person. */
        CONFIGURATION
    }

    private final Kind kind;

    public QuickBooksTrouble(Kind kind, String sentence) {
        super(sentence);
        this.kind = kind;
    }

    public QuickBooksTrouble(Kind kind, String sentence, Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
