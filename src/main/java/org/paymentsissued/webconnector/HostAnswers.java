package org.paymentsissued.webconnector;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.StringReader;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the Web Connector says about QuickBooks in the first call of a session (strHCPResponse: Host, Company, Preferences).
 * It is optional: what cannot be read is left out.
 */
final class HostAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(HostAnswers.class);
    private static final WstxInputFactory INPUT = input();

    private HostAnswers() {
    }

    private static WstxInputFactory input() {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** The company's name; empty if it is missing or unreadable. */
    static Optional<String> companyName(String qbxml) {
        if (qbxml.isBlank()) {
            return Optional.empty();
        }
        try {
            return companyName(INPUT.createXMLStreamReader(new StringReader(qbxml.strip())));
        } catch (XMLStreamException | RuntimeException e) {
            LOG.warn("What the Web Connector says about QuickBooks (strHCPResponse) could not be read; the session continues: {}",
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return Optional.empty();
        }
    }

    private static Optional<String> companyName(XMLStreamReader xml) throws XMLStreamException {
        boolean inCompany = false;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                throw new XMLStreamException("it contains a DOCTYPE");
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (inCompany && xml.getLocalName().equals("CompanyName")) {
                    return Optional.of(xml.getElementText().strip()).filter(name -> !name.isEmpty());
                }
                inCompany = inCompany || xml.getLocalName().equals("CompanyRet");
            }
        }
        return Optional.empty();
    }
}
