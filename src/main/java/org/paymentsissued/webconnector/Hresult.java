package org.paymentsissued.webconnector;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What QuickBooks' request processor reports in place of an answer (Web Connector Programmer's Guide, appendix). */
enum Hresult {
    NOT_PARSED("0x80040400", false, "QuickBooks could not read the request"),
    NOT_ACCESSIBLE("0x80040401", false, "QuickBooks could not be reached"),
    UNEXPECTED("0x80040402", false, "QuickBooks had an unexpected error; see its qbsdklog.txt"),
    NOT_STARTED("0x80040408", false,
            "QuickBooks could not be started, or is in use in single-user mode or by an open dialog"),
    OTHER_FILE_OPEN("0x8004040A", true, "another company file is open in QuickBooks. Close it, or let the Web Connector"
            + " open the right one"),
    TICKET_INVALID("0x8004040D", false, "QuickBooks has ended the Web Connector's session"),
    NO_FILE_OPEN("0x80040416", true, "no company file is open in QuickBooks. Open it, or set web-connector.company-file"),
    ACCESS_DENIED("0x80040420", true, "access to the company file was not granted. In QuickBooks: Edit, Preferences,"
            + " Integrated Applications");

    private final String code;
    private final boolean needsAttention;
    private final String meaning;

    Hresult(String code, boolean needsAttention, String meaning) {
        this.code = code;
        this.needsAttention = needsAttention;
        this.meaning = meaning;
    }

    /** Empty for an unknown code, which counts as temporary. */
    static Optional<Hresult> of(String code) {
        return Arrays.stream(values()).filter(known -> known.code.equalsIgnoreCase(code.strip())).findFirst();
    }

    /** Whether a text is an error at all: QuickBooks leaves it empty, or writes zero, if there is none. */
    static boolean isError(String code) {
        String digits = code.strip().toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
        return !digits.isEmpty() && !digits.matches("0+");
    }

    /** Whether it lasts until a person does something. */
    boolean needsAttention() {
        return needsAttention;
    }

    String meaning() {
        return meaning;
    }
}
