package org.paymentsissued.quickbooks.qbxml;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;

/** A transaction that no longer exists. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "TxnDeletedRet")
public class TxnDeletedRet {
    @XmlElement(name = "TxnDelType")
    public String txnDelType;
    @XmlElement(name = "TxnID")
    public String txnId;
    @XmlElement(name = "TimeDeleted")
    public String timeDeleted;
    @XmlElement(name = "RefNumber")
    public String refNumber;
}
