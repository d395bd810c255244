package org.paymentsissued.quickbooks;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.paymentsissued.payment.HostTime;

/**
 * An envelope that was read to its end once: it is complete and well-formed, and this is what each response in it says. Rows
 * are read in a second pass.
 *
 * @param responses in document order
 * @param charset   in which the text is written
 */
public record Answer(List<Response> responses, java.nio.charset.Charset charset) {

    /**
     * One response.
     *
     * @param name             element, such as {@code BillPaymentCheckQueryRs}
     * @param requestId        empty where not echoed
     * @param iteratorId       empty where no iterator answers
     * @param remaining        rows the iterator still has; empty if not given
     * @param rows             rows in this response
     * @param latest           largest stamp of its rows (TimeModified or TimeDeleted); empty where none is readable
     * @param ahead            a stamp that no right clock can have given yet; empty where there is none
     */
    public record Response(String name, String requestId, Status status, String iteratorId, OptionalInt remaining,
            int rows, Optional<HostTime> latest, Optional<HostTime> ahead) { }
}
