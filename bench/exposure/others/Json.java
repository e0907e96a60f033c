import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

public class Json {
  public static void main(String[] words) throws Exception {
    System.out.println(new ObjectMapper().writeValueAsString(Map.of("here", 1)));
  }
}
