import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Amazon's DynamoDB Local in memory. By itself it listens on every address of the machine at a port that somebody must
 * guess to be free, and outlives whoever started it. Here it listens on loopback, at a port of the system's choice that
 * it tells, and ends when its standard input does.
 */
public class DynamoDbLocal {
    public static void main(String[] args) throws Exception {
        var proxy = ServerRunner.createServerFromCommandLineArgs(new String[] {"-inMemory", "-disableTelemetry"});
        var field = proxy.getClass().getDeclaredField("server");
        field.setAccessible(true);
        var connector = (ServerConnector) ((Server) field.get(proxy)).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        proxy.start();
        System.out.println("listening on http://127.0.0.1:" + connector.getLocalPort());
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }
}
