package org.paymentsissued.quickbooks;

/**
 * The outcome of one request of an envelope. Decided by the number, never by severity or text
 * (qbXML reference, status codes in response messages).
 */
public record Status(int code, String message) {

    private static final int NOTHING_MATCHED = 1;
    private static final int RANGE_TURNED_ROUND = 3030;
    private static final int FIRST_WARNING = 500;
    private static final int FIRST_ERROR = 1000;

    /** What an error requires. */
    public enum Remedy { USE_THE_ROWS, RESTART_THE_ITERATOR, ASK_AGAIN, CHANGE_A_SETTING, GRANT_ACCESS }

    /** Whether the rows of the response may be used: information and warnings. */
    public boolean isUsable() {
        return code >= 0 && code < FIRST_ERROR;
    }

    public boolean isWarning() {
        return code >= FIRST_WARNING && code < FIRST_ERROR;
    }

    public boolean isEmptyResult() {
        return code == NOTHING_MATCHED;
    }

    /** The range asked for begins after it ends. */
    boolean isRangeTurnedRound() {
        return code == RANGE_TURNED_ROUND;
    }

    public Remedy remedy() {
        if (isUsable()) {
            return Remedy.USE_THE_ROWS;
        }
        return switch (code) {
            case 3390, 3391 -> Remedy.RESTART_THE_ITERATOR;
            case 1000, 1010, 3175, 3176, 3231 -> Remedy.ASK_AGAIN;
            case 1030, 1060, 3000, 3010, 3020, 3030, 3031, 3040, 3070, 3120, 3140, 3150, 3210, 3250 ->
                    Remedy.CHANGE_A_SETTING;
            case 3220, 3260, 3261, 3263 -> Remedy.GRANT_ACCESS;
            default -> Remedy.ASK_AGAIN;
        };
    }

    /** What an operator should do about it. */
    String advice() {
        return switch (code) {
            case 3220, 3260, 3261 -> "Give the QuickBooks user of this integration the right to read bill payments.";
            case 3263 -> "This application may only read the data of the company file in part, or is not authorized. As the QuickBooks"
                    + " administrator, open Edit > Preferences > Integrated Applications > Company Preferences, select the application,"
                    + " choose Properties, and allow it to read and modify this company file. If its .qwc file says IsReadOnly true, add"
                    + " it to the Web Connector again with the file that this program offers.";
            case 3120 -> "A filter of the request names something that this company file does not have, such as an account or a payee."
                    + " Check which company file is open in QuickBooks.";
            case 3250 -> "This QuickBooks edition lacks a feature that was asked for.";
            case 3175, 3176 -> "Someone has the record open in QuickBooks; the next run tries again.";
            case 1000, 1010 -> "The next run tries again; if this keeps happening, restart QuickBooks.";
            default -> remedy() == Remedy.CHANGE_A_SETTING
                    ? "This version of QuickBooks does not understand the request; check quickbooks.qbxml-version."
                    : "The next run tries again.";
        };
    }

    /** The same for a file that answers someone else's request: there is no next run that asks, and no setting of ours. */
    String adviceForFile() {
        return code == 3120 || remedy() == Remedy.GRANT_ACCESS ? advice() : "";
    }
}
