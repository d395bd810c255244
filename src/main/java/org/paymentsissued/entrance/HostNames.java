package org.paymentsissued.entrance;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names under which a server answers. Another site can point its own name at this machine and then read
 * what the server answers, unless the server refuses names that it does not know.
 */
public final class HostNames {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[^:\\[\\]]{1,253})(?::\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|0:0:0:0:0:0:0:1");

    private final Set<String> known = new HashSet<>();

    /** @param known names in addition to the loopback ones */
    public HostNames(Collection<String> known) {
        known.stream().map(HostNames::plain).filter(name -> !name.isEmpty()).forEach(this.known::add);
    }

    /**
     * Whether a request for this host is meant for us.
     *
     * @param header       value of its Host header, with a port or without
     * @param localAddress address of this machine that the request came to
     */
    public boolean know(String header, String localAddress) {
        Matcher host = HOST.matcher(header.strip());
        if (!host.matches()) {
            return false;
        }
        String name = plain(host.group(1));
        return LOOPBACK.matcher(name).matches() || known.contains(name) || name.equals(plain(localAddress));
    }

    /** In lower case, without the brackets of an IPv6 address, its zone, or the dot that may end a name. */
    private static String plain(String host) {
        return host.strip().toLowerCase(Locale.ROOT).replaceAll("^\\[|]$|%.*$|\\.$", "");
    }
}
