package org.paymentsissued.sync;

import java.util.Map;
import org.apache.camel.spi.TypeConverterLoader;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.paymentsissued.payment.Invoice;

/** Gives a statement the parameters of an invoice, such as {@code :#billTxnId}; Camel finds it by META-INF/services. */
public final class InvoiceParameters implements TypeConverterLoader {

    /** Camel looks for each parameter in a map; without this, it tries all its converters on a body that is not a map. */
    @Override
    public void load(TypeConverterRegistry registry) {
        registry.addTypeConverter(Map.class, Invoice.class,
                new SimpleTypeConverter(false, (type, exchange, invoice) -> ((Invoice) invoice).parameters()));
    }
}
